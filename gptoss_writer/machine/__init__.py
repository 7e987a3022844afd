"""What this computer has: memory that is free now, processors, room on its disks."""
