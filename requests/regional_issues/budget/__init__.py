"""予算の段階: the stages of a budget year, its lines, and which amounts are public when (目指すべき姿③)."""
