namespace ChargeScape.Edge.Hal.Gpio;

/// <summary>Is told of changes while the chip's lock is held: must not block, and must not watch or unwatch.</summary>
internal interface ILineObserver
{
    void LineChanged(int index, bool? level);
}
