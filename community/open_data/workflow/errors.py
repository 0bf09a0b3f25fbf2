class Refused(Exception):
    """A step that the state or the file does not allow; the text tells the person what to do instead."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
