"""地域担当職員 (目指すべき姿② 2-2): who looks after which district, what they hear and promise there, how it is handed over."""
