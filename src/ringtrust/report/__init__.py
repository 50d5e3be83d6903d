"""Text, HTML, CSV, spreadsheet, calendar: one value in, one document out."""
