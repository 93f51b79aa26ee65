"""The memory: messages, complaints, deadlines, journal, outbox rows. The only room that speaks SQL."""
