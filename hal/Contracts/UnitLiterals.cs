namespace ChargeScape.Edge.Hal;

/// <summary>Unit literals: <c>7.kW</c>, <c>25.A</c>, <c>2.Seconds</c>.</summary>
public static class UnitLiterals
{
    extension(int n)
    {
        /// <summary>Watts.</summary>
        public Watts W => new(n);
        /// <summary>Kilowatts.</summary>
        public Watts kW => new(n * 1000.0);
        /// <summary>Volts.</summary>
        public Volts V => new(n);
        /// <summary>Amperes.</summary>
        public Amperes A => new(n);
        /// <summary>Degrees Celsius.</summary>
        public Celsius degC => new(n);
        /// <summary>State of charge in per cent.</summary>
        public Soc Percent => new(n);
        /// <summary>Milliseconds.</summary>
        public TimeSpan Milliseconds => TimeSpan.FromMilliseconds(n);
        /// <summary>Seconds.</summary>
        public TimeSpan Seconds => TimeSpan.FromSeconds(n);
        /// <summary>Minutes.</summary>
        public TimeSpan Minutes => TimeSpan.FromMinutes(n);
        /// <summary>Hours.</summary>
        public TimeSpan Hours => TimeSpan.FromHours(n);
    }

    extension(double n)
    {
        /// <summary>Kilowatts.</summary>
        public Watts kW => new(n * 1000.0);
        /// <summary>Milliseconds.</summary>
        public TimeSpan Milliseconds => TimeSpan.FromMilliseconds(n);
        /// <summary>Seconds.</summary>
        public TimeSpan Seconds => TimeSpan.FromSeconds(n);
    }
}
