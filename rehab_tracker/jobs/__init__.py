"""When the clock asks: the timetable, and the process that keeps to it."""
