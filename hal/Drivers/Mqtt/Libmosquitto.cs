using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal.Mqtt;

/// <summary>
/// The functions of libmosquitto that are used. Source: mosquitto.h and mqtt_protocol.h of Mosquitto 2.0.11 (Debian
/// 12). Its threads are not used: see <see cref="LibmosquittoClient"/>.
/// </summary>
internal static unsafe partial class Libmosquitto
{
    internal const string Library = "libmosquitto.so.1";
    internal const string DebianPackage = "libmosquitto1";

    internal const int Success = 0;
    internal const int NoConnection = 4;
    internal const int ConnectionLost = 7;
    internal const int SystemError = 14;

    internal const int OptionProtocolVersion = 1;
    internal const int OptionTcpNoDelay = 11;
    internal const int Mqtt5 = 5;

    internal const int MessageExpiryInterval = 2;
    internal const int SessionExpiryInterval = 17;
    internal const int UserProperty = 38;
    internal const int MaximumPacketSize = 39;

    internal const int RetainAsPublished = 0x08;

    /// <summary>struct mosquitto_message.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct Message
    {
        internal int Id;
        internal byte* Topic;
        internal byte* Payload;
        internal int PayloadLength;
        internal int QualityOfService;
        internal byte Retain;
    }

    [LibraryImport(Library, EntryPoint = "mosquitto_lib_init")]
    [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
    internal static partial int LibInit();

    [LibraryImport(Library, EntryPoint = "mosquitto_new", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint New(string id, [MarshalAs(UnmanagedType.U1)] bool cleanSession, nint userData);

    [LibraryImport(Library, EntryPoint = "mosquitto_destroy")]
    internal static partial void Destroy(nint client);

    [LibraryImport(Library, EntryPoint = "mosquitto_int_option")]
    internal static partial int IntOption(nint client, int option, int value);

    [LibraryImport(Library, EntryPoint = "mosquitto_tls_set", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int TlsSet(
        nint client, string caFile, string? caPath, string certificateFile, string keyFile, nint passwordCallback);

    [LibraryImport(Library, EntryPoint = "mosquitto_will_set_v5", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int WillSet(
        nint client, string topic, int length, byte* payload, int quality, [MarshalAs(UnmanagedType.U1)] bool retain,
        nint properties);

    [LibraryImport(
        Library, EntryPoint = "mosquitto_connect_bind_v5", StringMarshalling = StringMarshalling.Utf8,
        SetLastError = true)]
    internal static partial int Connect(
        nint client, string host, int port, int keepAlive, string? bindAddress, nint properties);

    [LibraryImport(Library, EntryPoint = "mosquitto_disconnect_v5")]
    internal static partial int Disconnect(nint client, int reason, nint properties);

    [LibraryImport(Library, EntryPoint = "mosquitto_publish_v5", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Publish(
        nint client, out int id, string topic, int length, byte* payload, int quality,
        [MarshalAs(UnmanagedType.U1)] bool retain, nint properties);

    [LibraryImport(Library, EntryPoint = "mosquitto_subscribe_v5", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int Subscribe(
        nint client, out int id, string filter, int quality, int options, nint properties);

    [LibraryImport(Library, EntryPoint = "mosquitto_socket")]
    internal static partial int Socket(nint client);

    [LibraryImport(Library, EntryPoint = "mosquitto_want_write")]
    [return: MarshalAs(UnmanagedType.U1)]
    internal static partial bool WantWrite(nint client);

    [LibraryImport(Library, EntryPoint = "mosquitto_loop_read", SetLastError = true)]
    internal static partial int LoopRead(nint client, int maximumPackets);

    [LibraryImport(Library, EntryPoint = "mosquitto_loop_write")]
    internal static partial int LoopWrite(nint client, int maximumPackets);

    [LibraryImport(Library, EntryPoint = "mosquitto_loop_misc")]
    internal static partial int LoopMisc(nint client);

    [LibraryImport(Library, EntryPoint = "mosquitto_strerror")]
    internal static partial nint ErrorText(int code);

    [LibraryImport(Library, EntryPoint = "mosquitto_reason_string")]
    internal static partial nint ReasonText(int reason);

    [LibraryImport(Library, EntryPoint = "mosquitto_property_add_int32")]
    internal static partial int PropertyAddInt32(ref nint list, int identifier, uint value);

    [LibraryImport(
        Library, EntryPoint = "mosquitto_property_add_string_pair", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int PropertyAddStringPair(ref nint list, int identifier, string name, string value);

    [LibraryImport(Library, EntryPoint = "mosquitto_property_free_all")]
    internal static partial void PropertyFreeAll(ref nint list);

    [LibraryImport(Library, EntryPoint = "mosquitto_property_read_int32")]
    internal static partial nint PropertyReadInt32(
        nint list, int identifier, out uint value, [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    [LibraryImport(Library, EntryPoint = "mosquitto_property_read_string_pair")]
    internal static partial nint PropertyReadStringPair(
        nint list, int identifier, out byte* name, out byte* value, [MarshalAs(UnmanagedType.U1)] bool skipFirst);

    [LibraryImport(Library, EntryPoint = "mosquitto_connect_v5_callback_set")]
    internal static partial void OnConnect(
        nint client, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> call);

    [LibraryImport(Library, EntryPoint = "mosquitto_disconnect_v5_callback_set")]
    internal static partial void OnDisconnect(
        nint client, delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> call);

    [LibraryImport(Library, EntryPoint = "mosquitto_publish_v5_callback_set")]
    internal static partial void OnPublish(
        nint client, delegate* unmanaged[Cdecl]<nint, nint, int, int, nint, void> call);

    [LibraryImport(Library, EntryPoint = "mosquitto_message_v5_callback_set")]
    internal static partial void OnMessage(
        nint client, delegate* unmanaged[Cdecl]<nint, nint, Message*, nint, void> call);

    [LibraryImport(Library, EntryPoint = "mosquitto_subscribe_v5_callback_set")]
    internal static partial void OnSubscribe(
        nint client, delegate* unmanaged[Cdecl]<nint, nint, int, int, int*, nint, void> call);
}
