// CAllocationCount.h is the front door of CAllocationCount: how often this process asked for memory.
#pragma once

/// Blocks that all threads asked for since the process began. The program's own `malloc` and its relatives stand
/// before the C library's, for the Swift runtime too, and count.
unsigned long allocation_count(void);
