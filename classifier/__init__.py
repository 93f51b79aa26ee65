"""From a Mail to a Triage: labels, corpus, features, model, reasons, fields."""
