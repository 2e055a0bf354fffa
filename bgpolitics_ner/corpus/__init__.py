"""Many documents: read from files of any number and size, annotated without losing one, written, asked."""

# At once and not on first use: the modules are called like the functions, which would hide them.
from bgpolitics_ner.corpus.query import query as query
from bgpolitics_ner.corpus.stats import stats as stats
