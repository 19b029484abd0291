"""Where articles, postings, edges and clusters are kept."""
