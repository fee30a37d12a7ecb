"""What members and operators read, in English; whatever is stored or passed on is data until it comes here."""
