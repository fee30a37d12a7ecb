"""Every kind of message as a page and as pictures: real payloads in Discord's look, at two widths, dark and light."""
