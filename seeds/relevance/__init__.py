"""Does a text concern the mission that a watch is for, and what says so?"""
