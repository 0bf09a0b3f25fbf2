"""地域ハブ (目指すべき姿②): who acts in a ward's neighbourhoods, and what they tell the city once a year."""
