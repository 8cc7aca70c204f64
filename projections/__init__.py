"""What people read: pure folds from events to rows."""
