"""地域課題: what a ward has heard of, who looks after it, and what became of each word (目指すべき姿③)."""
