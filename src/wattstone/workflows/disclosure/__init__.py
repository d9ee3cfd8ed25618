"""The climate report: made from the workspace, reviewed, locked, verified and packed for an assurer."""
