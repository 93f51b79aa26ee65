"""The tables of the register, one module for each thing that is remembered."""

from register.model.complaint import (
    Action,
    ActionFinding,
    ActionState,
    Answer,
    AnswerState,
    Complaint,
    Document,
    Finding,
    Information,
    Party,
    Remark,
    State,
    YearlyReview,
)
from register.model.journal import Counter, Entry
from register.model.learning import Lesson, Standing, Training
from register.model.letters import Breaker, Letter, LetterState, Notice
from register.model.mail import Decision, Folder, Location, Look, Mailbox, Message, Place
from register.model.people import Account, Attempt, Away, Invitation, Member, SignIn
from register.model.table import Table

__all__ = [
    "Account",
    "Action",
    "ActionFinding",
    "ActionState",
    "Answer",
    "AnswerState",
    "Attempt",
    "Away",
    "Breaker",
    "Complaint",
    "Counter",
    "Decision",
    "Document",
    "Entry",
    "Finding",
    "Folder",
    "Information",
    "Invitation",
    "Lesson",
    "Letter",
    "LetterState",
    "Location",
    "Look",
    "Mailbox",
    "Member",
    "Message",
    "Notice",
    "Party",
    "Place",
    "Remark",
    "SignIn",
    "Standing",
    "State",
    "Table",
    "Training",
    "YearlyReview",
]
