"""The fields of the accounting API's objects: how each is read, how long it may be, what queries filter on."""
