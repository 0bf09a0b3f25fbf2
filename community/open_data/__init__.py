"""オープンデータ: places, events and boundaries come in and go out in the municipal standard formats; the pages of wards and districts."""
