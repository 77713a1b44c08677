// The step's locals are large structs that are written before they are read; clearing them first costs a tenth of it.
[module: System.Runtime.CompilerServices.SkipLocalsInit]
