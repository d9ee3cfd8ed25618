"""Cold-and-heat plants: their files, what is expected of the coming hours, plans and replays."""
