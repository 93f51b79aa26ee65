"""The desk: the decisions themselves, and the staff's pages."""
