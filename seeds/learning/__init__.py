"""From documents to what a watch knows; never imported by the running bot."""
