"""Members' follows at the desk: searches that are saved, so that a member is told of what they find from then on."""
