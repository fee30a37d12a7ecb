"""Who was killed and hurt: words of harm, the victims they take, and the numbers of both."""
