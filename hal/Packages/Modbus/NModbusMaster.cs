using System.Net.Sockets;
using ChargeScape.Edge.Hal.Modbus;
using NModbus;

namespace ChargeScape.Edge.Hal.Packages.Modbus;

/// <summary>
/// Modbus TCP over NModbus 3. The library allocates some kilobytes a request and reconnects nothing; it is for benches
/// that want to compare, and for sites whose owner trusts a library more than us. Connecting and the wait between
/// attempts are those of <see cref="ModbusTcpOptions"/>; after any trouble but an exception answer the connection is
/// given up, so that a late answer cannot be taken for the next one's.
/// </summary>
public sealed class NModbusMaster : IAdjustableModbus
{
    private const int MostRead = 125;
    private const int MostWritten = 123;
    private static readonly ModbusFactory Factory = new();
    private readonly ModbusTcpOptions options;
    private readonly TimeProvider clock;
    private TcpClient? connection;
    private IModbusMaster? master;
    private long mayConnectAt;
    private long mayAskAt;
    private TimeSpan backOff;
    private bool isDisposed;

    /// <summary>Connects nothing yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its range.</exception>
    public NModbusMaster(ModbusTcpOptions options, TimeProvider? clock = null)
    {
        options.Require();
        this.options = options;
        this.clock = clock ?? TimeProvider.System;
        (backOff, Timeout) = (options.BackOff, options.Timeout);
        (mayConnectAt, mayAskAt) = (this.clock.GetTimestamp(), this.clock.GetTimestamp());
    }

    /// <inheritdoc/>
    public TimeSpan Timeout { get; set; }

    /// <inheritdoc/>
    public ModbusResult ReadHolding(byte unit, ushort start, Span<ushort> into) =>
        Read(into, start, count => master!.ReadHoldingRegisters(unit, start, count));

    /// <inheritdoc/>
    public ModbusResult ReadInput(byte unit, ushort start, Span<ushort> into) =>
        Read(into, start, count => master!.ReadInputRegisters(unit, start, count));

    /// <inheritdoc/>
    public ModbusResult WriteSingle(byte unit, ushort address, ushort value) =>
        Do(() => master!.WriteSingleRegister(unit, address, value));

    /// <inheritdoc/>
    public ModbusResult WriteMultiple(byte unit, ushort start, ReadOnlySpan<ushort> values)
    {
        Check(values.Length, MostWritten, start);
        var all = values.ToArray();
        return Do(() => master!.WriteMultipleRegisters(unit, start, all));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        isDisposed = true;
        Drop();
    }

    private ModbusResult Read(Span<ushort> into, ushort start, Func<ushort, ushort[]> ask)
    {
        Check(into.Length, MostRead, start);
        var (count, registers) = ((ushort)into.Length, Array.Empty<ushort>());
        var result = Do(() => registers = ask(count));
        if (!result.IsOk) return result;
        if (registers.Length != into.Length) return Failed(ModbusStatus.BadReply);
        registers.CopyTo(into);
        return result;
    }

    private ModbusResult Do(Action request)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        if (!TryConnect()) return new(ModbusStatus.Disconnected);
        RestUntil(mayAskAt);
        connection!.ReceiveTimeout = connection.SendTimeout = (int)Math.Ceiling(Timeout.TotalMilliseconds);
        try
        {
            request();
            return ModbusResult.Ok;
        }
        catch (SlaveException answer) when (answer.SlaveExceptionCode != 0)
        {
            return new(ModbusStatus.Exception, answer.SlaveExceptionCode);
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            return Failed(StatusOf(trouble));
        }
        finally
        {
            mayAskAt = clock.GetTimestamp() + Ticks(options.MinimumGap);
        }
    }

    private static ModbusStatus StatusOf(Exception trouble) => trouble switch
    {
        TimeoutException => ModbusStatus.Timeout,
        IOException
        {
            InnerException: SocketException { SocketErrorCode: SocketError.TimedOut or SocketError.WouldBlock }
        } => ModbusStatus.Timeout,
        IOException { InnerException: SocketException } or ObjectDisposedException or SocketException
            => ModbusStatus.Disconnected,
        // "Read resulted in 0 bytes returned."
        IOException { Message: var text } when text.Contains("0 bytes", StringComparison.Ordinal)
            => ModbusStatus.Disconnected,
        _ => ModbusStatus.BadReply,
    };

    private ModbusResult Failed(ModbusStatus status)
    {
        Drop();
        return new(status);
    }

    private bool TryConnect()
    {
        if (master is not null) return true;
        if (clock.GetTimestamp() < mayConnectAt) return false;
        var made = new TcpClient { NoDelay = true };
        try
        {
            if (!made.ConnectAsync(options.Host, options.Port).Wait(options.ConnectTimeout))
                throw new TimeoutException();
            connection = made;
            master = Factory.CreateMaster(made);
            // A retry of the library's would ask twice for one call, and wait for both.
            master.Transport.Retries = 0;
            master.Transport.SlaveBusyUsesRetryCount = true;
            master.Transport.WaitToRetryMilliseconds = 0;
            backOff = options.BackOff;
            return true;
        }
        catch (Exception trouble) when (trouble is not OutOfMemoryException)
        {
            made.Dispose();
            mayConnectAt = clock.GetTimestamp() + Ticks(backOff);
            backOff = backOff * 2 < options.MaxBackOff ? backOff * 2 : options.MaxBackOff;
            return false;
        }
    }

    private void Drop()
    {
        master?.Dispose();
        connection?.Dispose();
        (master, connection) = (null, null);
    }

    private void RestUntil(long time)
    {
        var left = clock.GetElapsedTime(clock.GetTimestamp(), time);
        if (left > TimeSpan.Zero) Thread.Sleep(left);
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * clock.TimestampFrequency);

    private static void Check(int count, int most, ushort start)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, most);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(start + count, 65536, nameof(start));
    }
}
