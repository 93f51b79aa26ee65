"""The demonstration: the whole journey on this machine alone, with invented mails."""
