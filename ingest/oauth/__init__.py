"""Access without a password: OAuth2 for mailboxes at Microsoft, Google and others (RFC 6749)."""
