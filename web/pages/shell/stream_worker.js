// The one place of a browser where streams arrive: browsers allow six connections a host, and people open more tabs.
import { Hub } from "./stream_hub.js";

const hub = new Hub();

onconnect = ({ ports: [port] }) => {
  port.onmessage = ({ data }) => {
    hub.said(port, data);
    if (data.leave) port.close();
  };
};
