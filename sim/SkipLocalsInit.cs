// Large structs are written before they are read; clearing them first costs a part of each simulated second.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
