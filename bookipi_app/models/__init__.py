"""Tables only. Importing this package registers all of them."""

from bookipi_app.models.account import Company, CompanyLogo, LoginGuess, LoginSession, PasswordReset, User
from bookipi_app.models.choices import DiscountMeaning, ShippingFallback, TaxSending
from bookipi_app.models.heard import InboxEvent, InboxOddity, Reference
from bookipi_app.models.mail import Mail, MailStatus
from bookipi_app.models.record import (
    Customer,
    Invoice,
    InvoiceLine,
    Item,
    ItemKind,
    Kind,
    LineKind,
    Payment,
    Rate,
    SearchText,
    Side,
    Stage,
    TaxMode,
)
from bookipi_app.models.states import (
    Answer,
    ConnectionStatus,
    EndVerdict,
    Flag,
    Operation,
    Outcome,
    Question,
    RemoteState,
)
from bookipi_app.models.sync import (
    SAID_TO_BE,
    Attempt,
    Connection,
    Decision,
    HistoryEntry,
    OAuthState,
    SyncRecord,
)
from bookipi_app.models.tally import InvoiceTally
from bookipi_app.models.traffic import Batch, ReadCount
from bookipi_app.models.unsaved import UnsavedInvoice

__all__ = [
    "SAID_TO_BE",
    "Answer",
    "Attempt",
    "Batch",
    "Company",
    "CompanyLogo",
    "Connection",
    "ConnectionStatus",
    "Customer",
    "Decision",
    "DiscountMeaning",
    "EndVerdict",
    "Flag",
    "HistoryEntry",
    "InboxEvent",
    "InboxOddity",
    "Invoice",
    "InvoiceLine",
    "InvoiceTally",
    "Item",
    "ItemKind",
    "Kind",
    "LineKind",
    "LoginGuess",
    "LoginSession",
    "Mail",
    "MailStatus",
    "OAuthState",
    "Operation",
    "Outcome",
    "PasswordReset",
    "Payment",
    "Question",
    "Rate",
    "ReadCount",
    "Reference",
    "RemoteState",
    "SearchText",
    "ShippingFallback",
    "Side",
    "Stage",
    "SyncRecord",
    "TaxMode",
    "TaxSending",
    "UnsavedInvoice",
    "User",
]
