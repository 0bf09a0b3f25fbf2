"""電子回覧 (目指すべき姿② 2-4): a notice to households that have no names here, and one ledger of 既読・紙・未."""
