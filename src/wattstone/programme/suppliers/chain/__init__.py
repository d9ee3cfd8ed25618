"""A supply chain as a sparse matrix: links with loops, solved by iteration."""
