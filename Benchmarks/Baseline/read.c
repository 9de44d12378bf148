/* What a reader of captures is measured against: libpcap's, with a filter that passes nothing.
   usage: read CAPTURE.pcap FILTER   (tells how many packets there are) */
#include <pcap/pcap.h>
#include <stdio.h>

int main(int count, char **arguments) {
  char error[PCAP_ERRBUF_SIZE];
  struct bpf_program program;
  struct pcap_pkthdr *header;
  const u_char *bytes;
  long packets = 0, passed = 0;
  if (count != 3) return 64;
  pcap_t *file = pcap_open_offline(arguments[1], error);
  if (!file) { fprintf(stderr, "read: %s\n", error); return 1; }
  if (pcap_compile(file, &program, arguments[2], 1, PCAP_NETMASK_UNKNOWN)) { pcap_perror(file, "read"); return 1; }
  /* The filter is run here, so that packets which it does not pass are counted. */
  while (pcap_next_ex(file, &header, &bytes) == 1) {
    packets++;
    if (pcap_offline_filter(&program, header, bytes)) passed++;
  }
  pcap_close(file);
  printf("%ld\n", packets - passed);
  return 0;
}
