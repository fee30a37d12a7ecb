"""What is kept for handing over: members' notes, what happened since a moment, and what is watched."""
