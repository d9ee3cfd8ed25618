"""Activity records: taken in from files or entered one by one, corrected without overwriting, proved by documents."""

from wattstone.workflows.activities.attach import Attached, attach_document, document_of
from wattstone.workflows.activities.change import correct_activity, withdraw_activity
from wattstone.workflows.activities.enter import add_activities, add_activity
from wattstone.workflows.activities.lines import history_of, lines_of
from wattstone.workflows.activities.load import Loaded, load_activities
from wattstone.workflows.activities.table import ACTIVITIES

__all__ = [
    "ACTIVITIES",
    "Attached",
    "Loaded",
    "add_activities",
    "add_activity",
    "attach_document",
    "correct_activity",
    "document_of",
    "history_of",
    "lines_of",
    "load_activities",
    "withdraw_activity",
]
