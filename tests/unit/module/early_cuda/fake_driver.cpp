// Stands for the driver's libcuda.so.1: that it loads is all that is asked of it.
extern "C" int cuInit(unsigned) { return 0; }
