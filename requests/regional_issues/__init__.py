"""目指すべき姿③: from a resident's word to a meeting, a request of the ward, a budget line, and back."""
