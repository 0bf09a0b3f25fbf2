"""取組項目 3-1 区内調整会議・区行政連絡調整会議: members, agenda, calls, decisions, minutes."""
