"""From a Complaint to a delivered letter: write, hand to SMTP, keep the proof."""
