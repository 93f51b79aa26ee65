"""From a mailbox to a Mail: sources of mail, parsing, bodies, screening. Keeps no state."""
