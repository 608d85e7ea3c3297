"""What QuickBooks says when it refuses an object of a list: names, parents, account types, what hangs on it."""

from bookipi_app.sandbox.faults import Problem, Refusal

_NAME_PARTS = "Title, GivenName, MiddleName, FamilyName, DisplayName, Suffix"


def invalid_parent(element: str = "ParentRef") -> Refusal:
    """700: an object of this kind cannot be below that one."""
    detail = "Parent Reference Invalid : The parent isn't a valid reference."
    return Refusal(Problem("700", "Parent Reference Invalid", detail, element))


def own_parent(element: str = "ParentRef") -> Refusal:
    """900: an object cannot be above itself."""
    detail = "The same object can't be the parent or child of itself."
    return Refusal(Problem("900", "Parent cannot be child", detail, element))


def feature_off(feature: str) -> Refusal:
    """5020: the company does not use what this needs. A missing permission would be 403, a feature is 400."""
    detail = (
        f"Permission Denied Error : {feature} is turned off in this company or not part of its subscription."
    )
    return Refusal(Problem("5020", "Permission Denied", detail, ""))


def no_account_type() -> Refusal:
    """6010: an account with neither type nor subtype."""
    detail = "Either an Account.AccountType or an Account.AccountSubType must be specified."
    return Refusal(Problem("6010", "Invalid Account.AccountType && Account.SubType", detail, "AccountType"))


def not_attachable(supplied: str) -> Refusal:
    """6040: what describes an uploaded file is no Attachable."""
    detail = f"The file metadata submitted must be of Attachable type. Supplied Type: {supplied[:60]}"
    return Refusal(Problem("6040", "The file metadata must be of Attachable type", detail, ""))


def unattachable_kind(supplied: str) -> Refusal:
    """6050: nothing can be attached to objects of this kind."""
    detail = f"The entity reference type {supplied[:60]} is unsupported for Attachable"
    message = "The entity reference type is unsupported for Attachable"
    return Refusal(Problem("6050", message, detail, "AttachableRef.EntityRef"))


def no_name() -> Refusal:
    """6080: a person without any name."""
    detail = f"{_NAME_PARTS} - one of these must be non-empty."
    return Refusal(Problem("6080", "No Name Provided", detail, ""))


def parent_and_flag_differ(flag: str) -> Refusal:
    """6150: a parent goes with its flag (Job, SubItem, SubAccount) and the flag with a parent."""
    detail = f"ParentRef is either required or not if {flag} is true or false."
    return Refusal(Problem("6150", "ParentRef Required Error", detail, flag))


def too_deep() -> Refusal:
    """6180: five levels are the most."""
    detail = "Sub Level Limit : Accounts and customers can be nested up to 5 levels."
    return Refusal(Problem("6180", "Sub Level Limit", detail, "ParentRef"))


def open_balance(kind: str) -> Refusal:
    """6220: who owes something cannot be made inactive."""
    detail = (
        "The entity you are trying to delete has an open balance. : "
        f"This {kind} cannot be deleted because it has a non-zero balance"
    )
    return Refusal(Problem("6220", "Delete List Has Balance Error", detail, ""))


def duplicate_name() -> Refusal:
    """6240: the name is taken."""
    detail = "The name supplied already exists. : null"
    return Refusal(Problem("6240", "Duplicate Name Exists Error", detail, ""))


def unbilled_charges() -> Refusal:
    """6280: a customer with expenses that no invoice bills yet cannot be made inactive."""
    detail = "This customer cannot be deleted because it has unbilled charges."
    return Refusal(Problem("6280", "Delete Customer Has Unbilled Expenses Error", detail, ""))


def needs_email() -> Refusal:
    """6420: delivery by e-mail without an address."""
    detail = "An email address is needed for delivery by email."
    return Refusal(Problem("6420", "Email address is required", detail, "PrimaryEmailAddr"))


def wrong_account(element: str) -> Refusal:
    """6430: an account of this type cannot be used here."""
    detail = "Invalid account type: You need to select a different type of account for this transaction."
    return Refusal(Problem("6430", "Invalid account type used", detail, element))
