"""What the bot does on Discord beside posting; each part is put into a client, which knows none of them."""
