"""専門職配置: how many specialists are planned, and how many are there (取組項目 1-2)."""
