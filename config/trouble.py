"""What every room may have to tell a person."""


class Trouble(Exception):
    """Something that cannot be done: what happened, what it means, what to do, in French.

    Its text is for the person at the keyboard or the page, and is all that she is shown.
    """
