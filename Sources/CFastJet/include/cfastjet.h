#pragma once
#ifdef __cplusplus
extern "C" {
#endif
const char *cfj_version(void);
#ifdef __cplusplus
}
#endif
