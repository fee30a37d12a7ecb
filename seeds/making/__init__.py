"""Making a whole watch from a handful of documents, with what the lexicon and the gazetteer of the world know."""
